import { execFileSync } from "node:child_process";
import {
	chmodSync,
	chownSync,
	lchownSync,
	linkSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	type DhParams,
	type EnsureOptions,
	ensure,
	FileError,
	generate,
	InvalidArgumentError,
} from "gen-dhparams";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

const SMALL = { bits: 512, allowWeak: true, threads: 1 } as const;
const NOBODY = 65_534;
const asRoot = process.getuid?.() === 0;
if (!asRoot) {
	process.stderr.write(
		"\n*** SKIPPED: not root. Links and files that another user planted, and owners, were not tested. ***\n",
	);
}

let root: string;
let folder: string;
let file: string;
let good: DhParams;
beforeAll(async () => {
	root = mkdtempSync(join(tmpdir(), "gen-dhparams-planted-"));
	good = await generate(SMALL.bits, { allowWeak: true, threads: 1 });
});
beforeEach(() => {
	folder = mkdtempSync(join(root, "test-"));
	file = join(folder, "dhparams.pem");
});
afterAll(() => rmSync(root, { recursive: true }));

function small(options: EnsureOptions = {}, path = file) {
	return ensure(path, { ...SMALL, ...options });
}

/** Root's own file, which nobody else may read. */
function rootsFile(): string {
	const own = join(folder, "root");
	mkdirSync(own, { recursive: true });
	const path = join(own, "dhparams.pem");
	writeFileSync(path, good.toPem(), { mode: 0o600 });
	return path;
}

function linkOf(user: number, target: string, path = file): void {
	symlinkSync(target, path);
	lchownSync(path, user, user);
}

const rootOnly = test.runIf(asRoot);

rootOnly.each<[string, number, number]>([
	["in a directory that all may write", 0, 0o1777],
	["in a directory of a group", 0, 0o775],
	["in that user's own directory", NOBODY, 0o755],
])("a link of another user %s is not followed", async (_, owner, mode) => {
	const secret = rootsFile();
	chownSync(folder, owner, owner);
	chmodSync(folder, mode);
	linkOf(NOBODY, secret);
	const refused = small({ mode: 0o644 });
	await expect(refused).rejects.toThrow(FileError);
	await expect(refused).rejects.toThrow(
		`${file} is a symbolic link of user ${NOBODY}`,
	);
	// Nor where it is a part of the path, nor where nothing is there yet.
	linkOf(NOBODY, join(secret, ".."), join(folder, "tls"));
	for (const name of ["dhparams.pem", "new.pem"]) {
		await expect(small({}, join(folder, "tls", name))).rejects.toThrow(
			FileError,
		);
	}
	expect(statSync(secret).mode & 0o777).toBe(0o600);
	expect(readdirSync(join(secret, ".."))).toEqual(["dhparams.pem"]);
});

rootOnly(
	"a user's links to what is that user's, and root's links, are followed",
	async () => {
		const own = join(folder, "own");
		mkdirSync(own);
		chownSync(folder, NOBODY, NOBODY);
		chownSync(own, NOBODY, NOBODY);
		linkOf(NOBODY, "own/real.pem");
		expect(await small()).toMatchObject({ changed: true });
		expect(await small({ mode: 0o640 })).toMatchObject({ reason: "mode" });
		expect(statSync(join(own, "real.pem")).mode & 0o777).toBe(0o640);
		chmodSync(folder, 0o1777);
		const link = join(folder, "root.pem");
		linkOf(0, "own/../own/real.pem", link);
		expect(await small({}, link)).toMatchObject({ changed: false });
	},
);

rootOnly(
	"permissions of a file with several names change only where nobody else could have given them",
	async () => {
		linkSync(rootsFile(), file);
		chmodSync(folder, 0o1777);
		for (const change of [{ mode: 0o644 }, { owner: NOBODY }]) {
			await expect(small(change)).rejects.toThrow("(hard links)");
		}
		expect(statSync(file)).toMatchObject({ mode: 0o100600, uid: 0 });
		chmodSync(folder, 0o755);
		expect(await small({ mode: 0o644 })).toMatchObject({ changed: true });
	},
);

rootOnly("names of backups that are links are passed over", async () => {
	const secret = rootsFile();
	chownSync(folder, NOBODY, NOBODY);
	writeFileSync(file, good.toPem());
	const now = Date.now();
	for (let second = 0; second < 120; second++) {
		const time = new Date(now + second * 1000)
			.toISOString()
			.replace(/[-:]|\.\d+/g, "");
		linkOf(NOBODY, secret, `${file}.${time}`);
	}
	const { backupFile = "" } = await small({ force: true, backup: true });
	expect(backupFile).toMatch(/Z-2$/);
	expect(readFileSync(backupFile, "utf8")).toBe(good.toPem());
	expect(readFileSync(secret, "utf8")).toBe(good.toPem());
});

rootOnly("owner and group are set, by name and by number", async () => {
	expect(
		await small({ owner: "nobody", group: 4321, mode: 0o640 }),
	).toMatchObject({ reason: "missing" });
	const found = { uid: NOBODY, gid: 4321, mode: 0o100640 };
	expect(statSync(file)).toMatchObject(found);
	expect(await small({ owner: NOBODY, group: "4321" })).toMatchObject({
		changed: false,
	});
	expect(await small({ owner: "root", checkMode: true })).toMatchObject({
		changed: true,
		reason: "owner",
		message: expect.stringContaining("user 65534 and group 4321"),
	});
	expect(statSync(file)).toMatchObject(found);
	expect(await small({ owner: "root", group: "daemon" })).toMatchObject({
		changed: true,
		reason: "owner",
	});
	const gid = Number(execFileSync("id", ["-g", "daemon"]));
	expect(statSync(file)).toMatchObject({ uid: 0, gid, mode: 0o100640 });
	await small({ force: true, owner: "daemon" });
	expect(statSync(file)).toMatchObject({ gid, mode: 0o100640 });
	expect(statSync(file).uid).toBe(Number(execFileSync("id", ["-u", "daemon"])));
});

test.each([
	{ owner: "no-such-user" },
	{ owner: "" },
	{ owner: "-1" },
	{ owner: 2 ** 32 - 1 },
	{ owner: 1.5 },
	{ group: "root:x:0" },
	{ group: "no-such-group\n" },
])("%j is refused before anything is touched", async (options) => {
	await expect(small(options)).rejects.toThrow(InvalidArgumentError);
	expect(readdirSync(folder)).toEqual([]);
});
