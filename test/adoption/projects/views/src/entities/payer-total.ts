import { ViewColumn, ViewEntity } from 'typeorm';

@ViewEntity({
  name: 'payer_totals',
  expression: `SELECT "payer", SUM("cents") AS "total" FROM "payments" GROUP BY "payer"`,
})
export class PayerTotal {
  @ViewColumn()
  payer!: string;

  @ViewColumn()
  total!: number;
}
