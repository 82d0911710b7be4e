import { MigrationInterface, QueryRunner } from "typeorm";

export class Bookings1658000000002 implements MigrationInterface {
    name = 'Bookings1658000000002'

    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`CREATE TYPE "public"."booking_state_enum" AS ENUM('held', 'paid')`);
        await queryRunner.query(`CREATE TABLE "booking" ("id" BIGSERIAL NOT NULL, "state" "public"."booking_state_enum" NOT NULL DEFAULT 'held', "nights" smallint NOT NULL, "wishes" text array NOT NULL DEFAULT '{}', "guestId" integer NOT NULL, CONSTRAINT "CHK_8f301177bcab3de10f891d992c" CHECK ("nights" > 0), CONSTRAINT "PK_49171efc69702ed84c812f33540" PRIMARY KEY ("id"))`);
        await queryRunner.query(`CREATE INDEX "IDX_a220adeab1952237c1ed4faef5" ON "booking" ("state") `);
        await queryRunner.query(`ALTER TABLE "booking" ADD CONSTRAINT "FK_3f5a7e4b2d53255376e4506ae68" FOREIGN KEY ("guestId") REFERENCES "guest"("id") ON DELETE RESTRICT ON UPDATE NO ACTION`);
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`ALTER TABLE "booking" DROP CONSTRAINT "FK_3f5a7e4b2d53255376e4506ae68"`);
        await queryRunner.query(`DROP INDEX "public"."IDX_a220adeab1952237c1ed4faef5"`);
        await queryRunner.query(`DROP TABLE "booking"`);
        await queryRunner.query(`DROP TYPE "public"."booking_state_enum"`);
    }

}
