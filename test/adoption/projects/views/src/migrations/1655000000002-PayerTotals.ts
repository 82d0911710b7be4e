import { MigrationInterface, QueryRunner } from "typeorm";

export class PayerTotals1655000000002 implements MigrationInterface {
    name = 'PayerTotals1655000000002'

    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`CREATE VIEW "payer_totals" AS SELECT "payer", SUM("cents") AS "total" FROM "payments" GROUP BY "payer"`);
        await queryRunner.query(`INSERT INTO "typeorm_metadata"("database", "schema", "table", "type", "name", "value") VALUES (NULL, NULL, NULL, ?, ?, ?)`, ["VIEW","payer_totals","SELECT \"payer\", SUM(\"cents\") AS \"total\" FROM \"payments\" GROUP BY \"payer\""]);
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`DELETE FROM "typeorm_metadata" WHERE "type" = ? AND "name" = ?`, ["VIEW","payer_totals"]);
        await queryRunner.query(`DROP VIEW "payer_totals"`);
    }

}
