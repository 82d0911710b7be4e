import { MigrationInterface, QueryRunner } from "typeorm";

export class Invoices1653000000002 implements MigrationInterface {
    name = 'Invoices1653000000002'

    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`CREATE TABLE "invoices" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "number" integer NOT NULL, "year" smallint NOT NULL, "total" decimal(10,2) NOT NULL DEFAULT (0), "paid" boolean NOT NULL DEFAULT (0), "created_at" datetime NOT NULL DEFAULT (datetime('now')), "updated_at" datetime NOT NULL DEFAULT (datetime('now')), "deleted_at" datetime, "version" integer NOT NULL, "customer_id" varchar, CONSTRAINT "UQ_8d30b64eaa695d812305160a0c2" UNIQUE ("number", "year"))`);
        await queryRunner.query(`CREATE TABLE "temporary_customers" ("id" varchar PRIMARY KEY NOT NULL, "name" varchar(80) NOT NULL, "tags" text)`);
        await queryRunner.query(`INSERT INTO "temporary_customers"("id", "name") SELECT "id", "name" FROM "customers"`);
        await queryRunner.query(`DROP TABLE "customers"`);
        await queryRunner.query(`ALTER TABLE "temporary_customers" RENAME TO "customers"`);
        await queryRunner.query(`CREATE TABLE "temporary_customers" ("id" varchar PRIMARY KEY NOT NULL, "name" varchar(120) NOT NULL, "tags" text)`);
        await queryRunner.query(`INSERT INTO "temporary_customers"("id", "name", "tags") SELECT "id", "name", "tags" FROM "customers"`);
        await queryRunner.query(`DROP TABLE "customers"`);
        await queryRunner.query(`ALTER TABLE "temporary_customers" RENAME TO "customers"`);
        await queryRunner.query(`CREATE TABLE "temporary_invoices" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "number" integer NOT NULL, "year" smallint NOT NULL, "total" decimal(10,2) NOT NULL DEFAULT (0), "paid" boolean NOT NULL DEFAULT (0), "created_at" datetime NOT NULL DEFAULT (datetime('now')), "updated_at" datetime NOT NULL DEFAULT (datetime('now')), "deleted_at" datetime, "version" integer NOT NULL, "customer_id" varchar, CONSTRAINT "UQ_8d30b64eaa695d812305160a0c2" UNIQUE ("number", "year"), CONSTRAINT "FK_65e3145f317bd655481d3f96c74" FOREIGN KEY ("customer_id") REFERENCES "customers" ("id") ON DELETE NO ACTION ON UPDATE NO ACTION)`);
        await queryRunner.query(`INSERT INTO "temporary_invoices"("id", "number", "year", "total", "paid", "created_at", "updated_at", "deleted_at", "version", "customer_id") SELECT "id", "number", "year", "total", "paid", "created_at", "updated_at", "deleted_at", "version", "customer_id" FROM "invoices"`);
        await queryRunner.query(`DROP TABLE "invoices"`);
        await queryRunner.query(`ALTER TABLE "temporary_invoices" RENAME TO "invoices"`);
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`ALTER TABLE "invoices" RENAME TO "temporary_invoices"`);
        await queryRunner.query(`CREATE TABLE "invoices" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "number" integer NOT NULL, "year" smallint NOT NULL, "total" decimal(10,2) NOT NULL DEFAULT (0), "paid" boolean NOT NULL DEFAULT (0), "created_at" datetime NOT NULL DEFAULT (datetime('now')), "updated_at" datetime NOT NULL DEFAULT (datetime('now')), "deleted_at" datetime, "version" integer NOT NULL, "customer_id" varchar, CONSTRAINT "UQ_8d30b64eaa695d812305160a0c2" UNIQUE ("number", "year"))`);
        await queryRunner.query(`INSERT INTO "invoices"("id", "number", "year", "total", "paid", "created_at", "updated_at", "deleted_at", "version", "customer_id") SELECT "id", "number", "year", "total", "paid", "created_at", "updated_at", "deleted_at", "version", "customer_id" FROM "temporary_invoices"`);
        await queryRunner.query(`DROP TABLE "temporary_invoices"`);
        await queryRunner.query(`ALTER TABLE "customers" RENAME TO "temporary_customers"`);
        await queryRunner.query(`CREATE TABLE "customers" ("id" varchar PRIMARY KEY NOT NULL, "name" varchar(80) NOT NULL, "tags" text)`);
        await queryRunner.query(`INSERT INTO "customers"("id", "name", "tags") SELECT "id", "name", "tags" FROM "temporary_customers"`);
        await queryRunner.query(`DROP TABLE "temporary_customers"`);
        await queryRunner.query(`ALTER TABLE "customers" RENAME TO "temporary_customers"`);
        await queryRunner.query(`CREATE TABLE "customers" ("id" varchar PRIMARY KEY NOT NULL, "name" varchar(80) NOT NULL)`);
        await queryRunner.query(`INSERT INTO "customers"("id", "name") SELECT "id", "name" FROM "temporary_customers"`);
        await queryRunner.query(`DROP TABLE "temporary_customers"`);
        await queryRunner.query(`DROP TABLE "invoices"`);
    }

}
