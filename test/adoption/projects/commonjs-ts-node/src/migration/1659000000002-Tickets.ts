import { MigrationInterface, QueryRunner } from "typeorm";

export class Tickets1659000000002 implements MigrationInterface {
    name = 'Tickets1659000000002'

    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`CREATE TYPE "public"."tickets_urgency_enum" AS ENUM('low', 'high')`);
        await queryRunner.query(`CREATE TABLE "tickets" ("id" SERIAL NOT NULL, "subject" character varying NOT NULL, "urgency" "public"."tickets_urgency_enum" NOT NULL DEFAULT 'low', "openedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "agentId" uuid, CONSTRAINT "PK_343bc942ae261cf7a1377f48fd0" PRIMARY KEY ("id"))`);
        await queryRunner.query(`CREATE INDEX "IDX_0ce9d648e23d82a99dbc775ab4" ON "tickets" ("urgency", "openedAt") `);
        await queryRunner.query(`ALTER TABLE "tickets" ADD CONSTRAINT "FK_7253617bde612c114d6a3d2a249" FOREIGN KEY ("agentId") REFERENCES "agents"("id") ON DELETE SET NULL ON UPDATE NO ACTION`);
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`ALTER TABLE "tickets" DROP CONSTRAINT "FK_7253617bde612c114d6a3d2a249"`);
        await queryRunner.query(`DROP INDEX "public"."IDX_0ce9d648e23d82a99dbc775ab4"`);
        await queryRunner.query(`DROP TABLE "tickets"`);
        await queryRunner.query(`DROP TYPE "public"."tickets_urgency_enum"`);
    }

}
