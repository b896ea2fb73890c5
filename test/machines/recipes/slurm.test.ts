import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
	canRun,
	freePort,
	start,
	type TestDirectory,
	testDirectory,
} from "../../servers/program.js";
import {
	BITS,
	commandOf,
	installed,
	kill,
	onOneMachine,
	PARTS,
	RECIPES,
	SEED,
} from "./search.js";

const SBATCH = "/usr/bin/sbatch";
const SLURMCTLD = "/usr/sbin/slurmctld";
const SLURMD = "/usr/sbin/slurmd";
const MUNGED = "/usr/sbin/munged";

/** A cluster of one node on loopback, with its own controller and its own key. */
async function cluster(directory: TestDirectory) {
	const { path, write } = directory;
	for (const name of ["munge", "state", "spool", "job"]) {
		mkdirSync(join(path, name));
	}
	const key = write("munge.key", randomBytes(128), 0o600);
	const socket = `${path}/munge/socket`;
	const munged = spawn(
		MUNGED,
		[
			...["--foreground", "--force", `--key-file=${key}`],
			...[`--socket=${socket}`, `--pid-file=${path}/munge/pid`],
			...[`--log-file=${path}/munge/log`, `--seed-file=${path}/munge/seed`],
		],
		{ stdio: "ignore" },
	);
	while (!existsSync(socket)) await sleep(20);
	const [port, nodePort] = [await freePort(), await freePort()];
	const conf = write(
		"slurm.conf",
		`ClusterName=test
SlurmctldHost=localhost
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A job that is begun again waits until its old credential has expired.
AuthInfo=socket=${socket},cred_expire=5
SlurmctldPort=${port}
SlurmdPort=${nodePort}
SlurmctldLogFile=${path}/slurmctld.log
SlurmctldPidFile=${path}/slurmctld.pid
SlurmdPidFile=${path}/slurmd.pid
StateSaveLocation=${path}/state
SlurmdSpoolDir=${path}/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,batch_sched_delay=0
SelectType=select/cons_tres
ReturnToService=2
# The controller asks a node after a third of this.
SlurmdTimeout=5
NodeName=localhost CPUs=2
PartitionName=all Nodes=ALL Default=YES State=UP
`,
	);
	const startNode = () =>
		start(directory, nodePort, {
			command: SLURMD,
			args: ["-D", "-N", "localhost", "-f", conf],
		});
	const controller = await start(directory, port, {
		command: SLURMCTLD,
		args: ["-D", "-f", conf],
	});
	let node = await startNode();
	const env = {
		...process.env,
		PATH: installed(directory),
		SLURM_CONF: conf,
		BITS,
		SEED,
	};
	const slurm = (command: string, ...args: readonly string[]) =>
		execFileSync(command, args, {
			cwd: join(path, "job"),
			encoding: "utf8",
			env,
		}).trim();
	return {
		run: slurm,
		isAtWork: (part: number) =>
			stepsOf(path).some((pid) =>
				commandOf(pid).includes(`\0--part\0${part}/${PARTS}\0`),
			),
		/** Ends the node's daemon and all that runs below it, as a loss of power does, and starts it again. */
		async killNode() {
			const pid = Number(directory.read("slurmd.pid"));
			for (const one of [pid, ...stepsOf(path)]) kill(one);
			await node[Symbol.asyncDispose]();
			node = await startNode();
		},
		async [Symbol.asyncDispose]() {
			slurm("scancel", "--user=root");
			await node[Symbol.asyncDispose]();
			await controller[Symbol.asyncDispose]();
			munged.kill();
		},
	};
}

/** The processes that work in a folder of jobs, and those that began them. */
function stepsOf(path: string): number[] {
	const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
	const found = new Set<number>();
	for (const pid of pids.map(Number)) {
		if (workingFolder(pid) !== join(path, "job")) continue;
		for (let one = pid; one > 1 && one !== process.pid; one = parentOf(one)) {
			found.add(one);
		}
	}
	return [...found];
}

function workingFolder(pid: number): string {
	try {
		return readlinkSync(`/proc/${pid}/cwd`);
	} catch {
		return "";
	}
}

function parentOf(pid: number): number {
	try {
		const status = readFileSync(`/proc/${pid}/status`, "utf8");
		return Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
	} catch {
		return 0;
	}
}

describe.runIf(canRun(SBATCH, SLURMCTLD, SLURMD, MUNGED))("Slurm", () => {
	test("finds the group of one machine though the node dies, and cancels what is needless", async () => {
		using directory = testDirectory();
		await using slurm = await cluster(directory);
		const has = (name: string) => existsSync(join(directory.path, "job", name));
		const job = slurm.run(
			SBATCH,
			...["--parsable", `--array=1-${PARTS}`, join(RECIPES, "slurm-work.sh")],
		);
		slurm.run(
			SBATCH,
			`--dependency=afterany:${job}`,
			join(RECIPES, "slurm-collect.sh"),
		);
		while (!slurm.isAtWork(2)) {
			expect(has("part-2.jsonl")).toBe(false);
			await sleep(20);
		}
		await slurm.killNode();
		expect(has("part-2.jsonl")).toBe(false);
		while (slurm.run("squeue", "--noheader") !== "") await sleep(200);
		expect(directory.read("slurmctld.log")).toMatch(/requeu/i);
		expect(directory.read("job/dhparams.pem")).toBe(onOneMachine());
		// The node does one at a time: part 3 ends the search while part 2 waits for its second try.
		const parts = [1, 2, 3, 4].map((part) => has(`part-${part}.jsonl`));
		expect(parts).toEqual([true, true, true, false]);
	}, 180_000);
});
