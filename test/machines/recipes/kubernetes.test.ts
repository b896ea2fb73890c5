import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { beforeAll, describe, expect, test } from "vitest";
import { testDirectory } from "../../servers/program.js";
import {
	BITS,
	installed,
	onOneMachine,
	PARTS,
	RECIPES,
	run,
	SEED,
} from "./search.js";

const schema = JSON.parse(
	readFileSync("test/vectors/kubernetes.schema.json", "utf8"),
);

interface Container {
	readonly command?: readonly string[];
	readonly args: readonly string[];
	readonly env: readonly {
		readonly valueFrom: { readonly secretKeyRef: { readonly name: string } };
	}[];
}

interface Spec {
	readonly completions: number;
	readonly selector: {
		readonly matchLabels: Readonly<Record<string, string>>;
	};
	readonly template: {
		readonly metadata?: { readonly labels: Readonly<Record<string, string>> };
		readonly spec: {
			readonly containers: readonly [Container];
			readonly volumes: readonly [
				{ readonly persistentVolumeClaim: { readonly claimName: string } },
			];
		};
	};
}

/** A manifest as far as these tests look into it. */
interface Manifest {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: { readonly name: string };
	readonly spec: Spec;
}

const hasYaml = spawnSync("python3", ["-c", "import yaml"]).status === 0;
if (!hasYaml) {
	console.warn(
		"\n*** SKIPPED: no python3-yaml. The manifests were not tested. ***\n",
	);
}

function manifests(name: string): Manifest[] {
	const program =
		"import sys, json, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))";
	const { stdout, stderr } = spawnSync("python3", ["-c", program], {
		input: readFileSync(join(RECIPES, name), "utf8"),
		encoding: "utf8",
	});
	expect(stderr).toBe("");
	return JSON.parse(stdout);
}

const checks = new Map<string, ValidateFunction>();

/** What is wrong with a manifest by the schema of Kubernetes. */
function faults(manifest: Manifest): string[] {
	const { kind } = manifest;
	const check =
		checks.get(kind) ??
		new Ajv({ allErrors: true, strict: false }).compile({
			...schema,
			$ref: schema.kinds[kind],
		});
	checks.set(kind, check);
	check(manifest);
	return (check.errors ?? []).map(
		({ instancePath, message }) => `${instancePath} ${message}`,
	);
}

describe.runIf(hasYaml)("manifests for Kubernetes", () => {
	const NAMES = ["kubernetes-job.yaml", "kubernetes-queue.yaml"];
	let all: Manifest[];
	let job: Manifest;
	beforeAll(() => {
		all = NAMES.flatMap(manifests);
		job = all.find(({ kind }) => kind === "Job") as Manifest;
	});

	test("are what the schema of Kubernetes allows", () => {
		expect(all.length).toBe(6);
		for (const manifest of all) expect(faults(manifest)).toEqual([]);
	});

	test("the schema finds what is wrong with others", () => {
		const { spec } = job;
		const { template, ...others } = spec;
		const wrong: readonly [unknown, RegExp][] = [
			[{ ...spec, completion: 65 }, /additional properties/],
			[{ ...spec, completions: "65" }, /\/completions must be integer/],
			[{ ...spec, successPolicy: {} }, /must have required property 'rules'/],
			[
				{ ...spec, successPolicy: { rules: [{ succeededIndexes: 0 }] } },
				/\/succeededIndexes must be string/,
			],
			[others, /must have required property 'template'/],
			[
				{
					...spec,
					template: {
						spec: { ...template.spec, containers: [{ image: "x" }] },
					},
				},
				/must have required property 'name'/,
			],
		];
		for (const [changed, message] of wrong) {
			expect(faults({ ...job, spec: changed as Spec }).join("\n")).toMatch(
				message,
			);
		}
		expect(faults({ ...job, apiVersion: "batch/v2" })).not.toEqual([]);
	});

	test("and what the server checks besides", () => {
		const names = (kind: string) =>
			all
				.filter((one) => one.kind === kind)
				.map(({ metadata }) => metadata.name);
		for (const { spec } of all.filter(({ kind }) => kind === "Deployment")) {
			expect(spec.template.metadata?.labels).toEqual(spec.selector.matchLabels);
			for (const { env } of spec.template.spec.containers) {
				for (const { valueFrom } of env) {
					expect(names("Secret")).toContain(valueFrom.secretKeyRef.name);
				}
			}
		}
		const [service] = all.filter(({ kind }) => kind === "Service");
		expect(
			all.map(({ spec }) => spec?.template?.metadata?.labels),
		).toContainEqual(service?.spec.selector);
		const [volume] = job.spec.template.spec.volumes;
		expect(names("PersistentVolumeClaim")).toContain(
			volume.persistentVolumeClaim.claimName,
		);
		// A success policy and a limit for each index are for indexed Jobs whose pods are never restarted; another policy
		// of replacement than "Failed" rules out a podFailurePolicy (the API's documentation of JobSpec).
		expect(job.spec).toMatchObject({
			completionMode: "Indexed",
			podReplacementPolicy: "TerminatingOrFailed",
			template: { spec: { restartPolicy: "Never" } },
		});
		expect(job.spec).not.toHaveProperty("podFailurePolicy");
		const [{ args }] = job.spec.template.spec.containers;
		expect(job.spec.completions).toBe(
			1 + Number(/parts=(\d+)/.exec(args[0] as string)?.[1]),
		);
		// Kubernetes would replace it, or take one of the dollars away.
		expect(args[0]).not.toMatch(/\$\$|\$\([A-Za-z_][\w.-]*\)/);
	});

	test("the pods of the Job find the group of one machine, in whatever order they end", async () => {
		using directory = testDirectory();
		const env = { PATH: installed(directory), BITS, SEED };
		const [{ command, args }] = job.spec.template.spec.containers;
		const script = args[0]
			?.replace("parts=64", `parts=${PARTS}`)
			.replace("sleep 5", "sleep 0.2");
		const pod = (index: number) =>
			run(directory.path, [...(command as [string]), script as string], {
				...env,
				JOB_COMPLETION_INDEX: String(index),
			});
		const collector = pod(0);
		expect((await pod(3)).status).toBe(0);
		expect((await pod(1)).status).toBe(0);
		expect((await pod(2)).status).toBe(0);
		expect((await collector).status).toBe(0);
		expect(directory.read("dhparams.pem")).toBe(onOneMachine());
	}, 60_000);

	test("the entrypoint of the image is the command, whose words the manifests give", () => {
		const dockerfile = readFileSync(join(RECIPES, "Dockerfile"), "utf8");
		expect(dockerfile).toContain('ENTRYPOINT ["gen-dhparams"]');
		const workers = all.find(
			({ metadata }) => metadata.name === "dhparams-workers",
		);
		expect(workers?.spec.template.spec.containers[0]).toMatchObject({
			args: ["join", "--queue", "redis://dhparams-queue", "--json"],
		});
		expect(workers?.spec.template.spec.containers[0]).not.toHaveProperty(
			"command",
		);
	});
});
