export class Minutes1660000000003 {
  name = 'Minutes1660000000003';

  async up(queryRunner) {
    await queryRunner.query(`ALTER TABLE "recipes" ADD "minutes" integer`);
  }

  async down(queryRunner) {
    await queryRunner.query(`ALTER TABLE "recipes" DROP COLUMN "minutes"`);
  }
}
