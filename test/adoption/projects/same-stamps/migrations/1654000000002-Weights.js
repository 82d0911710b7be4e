/**
 * @typedef {import('typeorm').MigrationInterface} MigrationInterface
 * @typedef {import('typeorm').QueryRunner} QueryRunner
 */

/**
 * @class
 * @implements {MigrationInterface}
 */
module.exports = class Weights1654000000002 {
    name = 'Weights1654000000002'

    /**
     * @param {QueryRunner} queryRunner
     */
    async up(queryRunner) {
        await queryRunner.query(`CREATE TABLE "temporary_articles" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "sku" varchar(12) NOT NULL, "weight" float, CONSTRAINT "UQ_ff9ec9f8437f683acf8d17c270c" UNIQUE ("sku"))`);
        await queryRunner.query(`INSERT INTO "temporary_articles"("id", "sku") SELECT "id", "sku" FROM "articles"`);
        await queryRunner.query(`DROP TABLE "articles"`);
        await queryRunner.query(`ALTER TABLE "temporary_articles" RENAME TO "articles"`);
    }

    /**
     * @param {QueryRunner} queryRunner
     */
    async down(queryRunner) {
        await queryRunner.query(`ALTER TABLE "articles" RENAME TO "temporary_articles"`);
        await queryRunner.query(`CREATE TABLE "articles" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "sku" varchar(12) NOT NULL, CONSTRAINT "UQ_ff9ec9f8437f683acf8d17c270c" UNIQUE ("sku"))`);
        await queryRunner.query(`INSERT INTO "articles"("id", "sku") SELECT "id", "sku" FROM "temporary_articles"`);
        await queryRunner.query(`DROP TABLE "temporary_articles"`);
    }
}
