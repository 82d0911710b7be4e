import { MigrationInterface, QueryRunner } from "typeorm";

export class Customers1653000000001 implements MigrationInterface {
    name = 'Customers1653000000001'

    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`CREATE TABLE "customers" ("id" varchar PRIMARY KEY NOT NULL, "name" varchar(80) NOT NULL)`);
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`DROP TABLE "customers"`);
    }

}
