import { MigrationInterface, QueryRunner } from "typeorm";

export class Agents1659000000001 implements MigrationInterface {
    name = 'Agents1659000000001'

    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`CREATE TABLE "agents" ("id" uuid NOT NULL DEFAULT uuid_generate_v4(), "name" character varying(60) NOT NULL, "onDuty" boolean NOT NULL DEFAULT true, CONSTRAINT "PK_9c653f28ae19c5884d5baf6a1d9" PRIMARY KEY ("id"))`);
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`DROP TABLE "agents"`);
    }

}
