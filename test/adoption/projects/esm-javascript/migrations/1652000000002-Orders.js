/**
 * @typedef {import('typeorm').MigrationInterface} MigrationInterface
 * @typedef {import('typeorm').QueryRunner} QueryRunner
 */

/**
 * @class
 * @implements {MigrationInterface}
 */
export class Orders1652000000002 {
    name = 'Orders1652000000002'

    /**
     * @param {QueryRunner} queryRunner
     */
    async up(queryRunner) {
        await queryRunner.query(`CREATE TABLE "orders" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "cents" integer NOT NULL DEFAULT (0), "note" text, "customer_id" integer NOT NULL, CONSTRAINT "ck_orders_cents" CHECK ("cents" >= 0))`);
        await queryRunner.query(`CREATE INDEX "ix_orders_cents" ON "orders" ("cents") `);
        await queryRunner.query(`DROP INDEX "ix_orders_cents"`);
        await queryRunner.query(`CREATE TABLE "temporary_orders" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "cents" integer NOT NULL DEFAULT (0), "note" text, "customer_id" integer NOT NULL, CONSTRAINT "ck_orders_cents" CHECK ("cents" >= 0), CONSTRAINT "FK_772d0ce0473ac2ccfa26060dbe9" FOREIGN KEY ("customer_id") REFERENCES "customers" ("id") ON DELETE CASCADE ON UPDATE NO ACTION)`);
        await queryRunner.query(`INSERT INTO "temporary_orders"("id", "cents", "note", "customer_id") SELECT "id", "cents", "note", "customer_id" FROM "orders"`);
        await queryRunner.query(`DROP TABLE "orders"`);
        await queryRunner.query(`ALTER TABLE "temporary_orders" RENAME TO "orders"`);
        await queryRunner.query(`CREATE INDEX "ix_orders_cents" ON "orders" ("cents") `);
    }

    /**
     * @param {QueryRunner} queryRunner
     */
    async down(queryRunner) {
        await queryRunner.query(`DROP INDEX "ix_orders_cents"`);
        await queryRunner.query(`ALTER TABLE "orders" RENAME TO "temporary_orders"`);
        await queryRunner.query(`CREATE TABLE "orders" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "cents" integer NOT NULL DEFAULT (0), "note" text, "customer_id" integer NOT NULL, CONSTRAINT "ck_orders_cents" CHECK ("cents" >= 0))`);
        await queryRunner.query(`INSERT INTO "orders"("id", "cents", "note", "customer_id") SELECT "id", "cents", "note", "customer_id" FROM "temporary_orders"`);
        await queryRunner.query(`DROP TABLE "temporary_orders"`);
        await queryRunner.query(`CREATE INDEX "ix_orders_cents" ON "orders" ("cents") `);
        await queryRunner.query(`DROP INDEX "ix_orders_cents"`);
        await queryRunner.query(`DROP TABLE "orders"`);
    }
}
