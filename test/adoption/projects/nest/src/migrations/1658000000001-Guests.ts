import { MigrationInterface, QueryRunner } from "typeorm";

export class Guests1658000000001 implements MigrationInterface {
    name = 'Guests1658000000001'

    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`CREATE TABLE "guest" ("id" SERIAL NOT NULL, "email" character varying(254) NOT NULL, "createdAt" TIMESTAMP NOT NULL DEFAULT now(), CONSTRAINT "UQ_06f7a4d24efa523651c38fa35e9" UNIQUE ("email"), CONSTRAINT "PK_57689d19445de01737dbc458857" PRIMARY KEY ("id"))`);
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`DROP TABLE "guest"`);
    }

}
