/**
 * @typedef {import('typeorm').MigrationInterface} MigrationInterface
 * @typedef {import('typeorm').QueryRunner} QueryRunner
 */

/**
 * @class
 * @implements {MigrationInterface}
 */
export class Baskets1657000000002 {
    name = 'Baskets1657000000002'

    /**
     * @param {QueryRunner} queryRunner
     */
    async up(queryRunner) {
        await queryRunner.query(`CREATE TABLE "sales"."baskets" ("id" SERIAL NOT NULL, "total" numeric(12,2) NOT NULL DEFAULT '0', "visitor_id" uuid, CONSTRAINT "PK_5ebda63f14b0171d7468bc32175" PRIMARY KEY ("id"))`);
        await queryRunner.query(`CREATE INDEX "ix_baskets_total" ON "sales"."baskets" ("total") WHERE "total" > 100`);
        await queryRunner.query(`ALTER TABLE "sales"."baskets" ADD CONSTRAINT "FK_1d775d3c4f1dfb0318d539af422" FOREIGN KEY ("visitor_id") REFERENCES "visitors"("id") ON DELETE SET NULL ON UPDATE NO ACTION`);
    }

    /**
     * @param {QueryRunner} queryRunner
     */
    async down(queryRunner) {
        await queryRunner.query(`ALTER TABLE "sales"."baskets" DROP CONSTRAINT "FK_1d775d3c4f1dfb0318d539af422"`);
        await queryRunner.query(`DROP INDEX "sales"."ix_baskets_total"`);
        await queryRunner.query(`DROP TABLE "sales"."baskets"`);
    }
}
