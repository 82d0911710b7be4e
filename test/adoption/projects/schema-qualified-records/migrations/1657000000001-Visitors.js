/**
 * @typedef {import('typeorm').MigrationInterface} MigrationInterface
 * @typedef {import('typeorm').QueryRunner} QueryRunner
 */

/**
 * @class
 * @implements {MigrationInterface}
 */
export class Visitors1657000000001 {
    name = 'Visitors1657000000001'

    /**
     * @param {QueryRunner} queryRunner
     */
    async up(queryRunner) {
        await queryRunner.query(`CREATE TYPE "public"."visitors_mood_enum" AS ENUM('calm', 'hurried')`);
        await queryRunner.query(`CREATE TABLE "visitors" ("id" uuid NOT NULL DEFAULT uuid_generate_v4(), "mood" "public"."visitors_mood_enum" NOT NULL DEFAULT 'calm', "seen_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "facts" jsonb, CONSTRAINT "PK_d0fd6e34a516c2bb3bbec71abde" PRIMARY KEY ("id"))`);
    }

    /**
     * @param {QueryRunner} queryRunner
     */
    async down(queryRunner) {
        await queryRunner.query(`DROP TABLE "visitors"`);
        await queryRunner.query(`DROP TYPE "public"."visitors_mood_enum"`);
    }
}
