/**
 * Moduli files beside those of ssh-keygen, generated and screened as a whole; times are for one group:
 *   npm run bench:moduli -- [--bits 2048] [--groups 44] [--rounds 1]
 * At 2048 bits a round of ssh-keygen takes about three minutes of one processor and gives some 44 groups.
 */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { mean } from "../src/forecast/statistics.js";
import { type Run, timed } from "./searches.js";

const { values } = parseArgs({
	options: {
		bits: { type: "string", default: "2048" },
		groups: { type: "string", default: "44" },
		rounds: { type: "string", default: "1" },
	},
});
const { bits, groups } = values;
const MAIN = fileURLToPath(
	new URL("../../dist/src/cli/gen-dhparams.cjs", import.meta.url),
);

const ours: Run[] = [];
const theirs: Run[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
	ours.push(
		timed(
			`${process.execPath} ${MAIN} moduli --sizes ${bits} --per-size ${groups} --allow-weak -q > /dev/null || exit
			echo "found ${groups}"`,
		),
	);
	theirs.push(
		timed(`d=$(mktemp -d)
			ssh-keygen -q -M generate -O bits=${bits} $d/c || exit
			ssh-keygen -q -M screen -f $d/c $d/m || exit
			echo "found $(grep -cv '^#' $d/m)"
			rm -r $d`),
	);
}
print("gen-dhparams moduli", ours);
print("ssh-keygen", theirs);
console.log(
	`ours/theirs: CPU ${ratio("cpu")}, wall ${ratio("wall")}, for one group of ${bits} bits`,
);

function print(name: string, runs: readonly Run[]): void {
	const [cpu, wall] = (["cpu", "wall"] as const).map((what) =>
		mean(runs.map((run) => run[what])).toFixed(2),
	);
	const memory = Math.max(...runs.map((run) => run.memory));
	console.log(
		`${name.padEnd(22)}CPU ${cpu} s, wall ${wall} s, ${Math.round(memory / 1000)} MB`,
	);
}

function ratio(what: "cpu" | "wall"): string {
	const total = (runs: readonly Run[]) => mean(runs.map((run) => run[what]));
	return (total(ours) / total(theirs)).toFixed(3);
}
