/*
 * A coordinator in a process of its own: adds units, prints each event as a line of JSON, and settles nothing.
 *   node coordinator.js '{"url":"redis://…","count":3,"options":{"search":"x"}}'
 */
import { openUnitQueue } from "../../../src/machines/bull/open.js";
import { units } from "./machines.js";

const { url, count, options } = JSON.parse(process.argv[2] as string);
const queue = await openUnitQueue(url, options);
await queue.add(units(count));
console.log(JSON.stringify({ added: count }));
for await (const event of queue.events(new AbortController().signal)) {
	console.log(JSON.stringify(event));
}
