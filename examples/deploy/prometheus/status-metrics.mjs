// Reads `orchestrator-db status --json` from standard input, and prints the length of each list for the textfile collector.
import { text } from 'node:stream/consumers';

const LISTS = ['pending', 'awaitingContract', 'missing', 'outOfOrder', 'edited', 'failed'];

const status = JSON.parse(await text(process.stdin));
const lines = LISTS.map((list) => `orchestrator_db_status{list="${list}"} ${(status[list] ?? []).length}`);
process.stdout.write(`# TYPE orchestrator_db_status gauge\n${lines.join('\n')}\n`);
