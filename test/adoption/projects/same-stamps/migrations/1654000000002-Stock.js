/**
 * @typedef {import('typeorm').MigrationInterface} MigrationInterface
 * @typedef {import('typeorm').QueryRunner} QueryRunner
 */

/**
 * @class
 * @implements {MigrationInterface}
 */
module.exports = class Stock1654000000002 {
    name = 'Stock1654000000002'

    /**
     * @param {QueryRunner} queryRunner
     */
    async up(queryRunner) {
        await queryRunner.query(`CREATE TABLE "stock" ("place" varchar NOT NULL, "article_id" integer NOT NULL, "pieces" integer NOT NULL DEFAULT (0), PRIMARY KEY ("place", "article_id"))`);
        await queryRunner.query(`CREATE TABLE "temporary_stock" ("place" varchar NOT NULL, "article_id" integer NOT NULL, "pieces" integer NOT NULL DEFAULT (0), CONSTRAINT "FK_4416bc1fd20612bd3990be695af" FOREIGN KEY ("article_id") REFERENCES "articles" ("id") ON DELETE NO ACTION ON UPDATE NO ACTION, PRIMARY KEY ("place", "article_id"))`);
        await queryRunner.query(`INSERT INTO "temporary_stock"("place", "article_id", "pieces") SELECT "place", "article_id", "pieces" FROM "stock"`);
        await queryRunner.query(`DROP TABLE "stock"`);
        await queryRunner.query(`ALTER TABLE "temporary_stock" RENAME TO "stock"`);
    }

    /**
     * @param {QueryRunner} queryRunner
     */
    async down(queryRunner) {
        await queryRunner.query(`ALTER TABLE "stock" RENAME TO "temporary_stock"`);
        await queryRunner.query(`CREATE TABLE "stock" ("place" varchar NOT NULL, "article_id" integer NOT NULL, "pieces" integer NOT NULL DEFAULT (0), PRIMARY KEY ("place", "article_id"))`);
        await queryRunner.query(`INSERT INTO "stock"("place", "article_id", "pieces") SELECT "place", "article_id", "pieces" FROM "temporary_stock"`);
        await queryRunner.query(`DROP TABLE "temporary_stock"`);
        await queryRunner.query(`DROP TABLE "stock"`);
    }
}
