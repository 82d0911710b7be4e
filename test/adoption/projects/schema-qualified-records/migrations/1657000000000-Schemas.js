export class Schemas1657000000000 {
  name = 'Schemas1657000000000';

  async up(queryRunner) {
    await queryRunner.query(`CREATE SCHEMA IF NOT EXISTS "sales"`);
  }

  async down(queryRunner) {
    await queryRunner.query(`DROP SCHEMA "sales"`);
  }
}
