import { MigrationInterface, QueryRunner } from "typeorm";

export class Payments1655000000001 implements MigrationInterface {
    name = 'Payments1655000000001'

    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`CREATE TABLE "payments" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "payer" varchar(60) NOT NULL, "cents" integer NOT NULL, CONSTRAINT "ck_payments_cents" CHECK ("cents" > 0))`);
        await queryRunner.query(`CREATE INDEX "ix_payments_payer" ON "payments" ("payer") `);
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`DROP INDEX "ix_payments_payer"`);
        await queryRunner.query(`DROP TABLE "payments"`);
    }

}
