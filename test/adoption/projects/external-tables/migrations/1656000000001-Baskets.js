/**
 * @typedef {import('typeorm').MigrationInterface} MigrationInterface
 * @typedef {import('typeorm').QueryRunner} QueryRunner
 */

/**
 * @class
 * @implements {MigrationInterface}
 */
module.exports = class Baskets1656000000001 {
    name = 'Baskets1656000000001'

    /**
     * @param {QueryRunner} queryRunner
     */
    async up(queryRunner) {
        await queryRunner.query(`CREATE TABLE "baskets" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "user_no" integer NOT NULL, "note" text NOT NULL DEFAULT (''))`);
        await queryRunner.query(`CREATE INDEX "ix_baskets_user_no" ON "baskets" ("user_no") `);
    }

    /**
     * @param {QueryRunner} queryRunner
     */
    async down(queryRunner) {
        await queryRunner.query(`DROP INDEX "ix_baskets_user_no"`);
        await queryRunner.query(`DROP TABLE "baskets"`);
    }
}
