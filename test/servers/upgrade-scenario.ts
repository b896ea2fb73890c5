import { join } from "node:path";
import { expect } from "vitest";
import {
	freePort,
	genDhparams,
	type ServerCommand,
	sClientTempKey,
	start,
	type TestDirectory,
	testDirectory,
} from "./program.js";

/** A custom group, by `openssl dhparam 1024`: what an old installation has. */
export const OLD_GROUP = `-----BEGIN DH PARAMETERS-----
MIGHAoGBAOrSI/mljzTml/J1Aw8HHqZs0Ft6Lb64UGAd6vrfxp3n4SONzJUnojA7
VPVQRv4eh+DZy07daIEtvloJdA2WWNbTiUJabcTTbXiTsm6SNB7W/MtqPz8ZQl2n
OF94fo+k/O0DBDKIGgfwwjeC46la/aPRI0zv6I3ylsQPx8Wa3S43AgEC
-----END DH PARAMETERS-----
`;

/** By `gen-dhparams 2048`, kept so that only one scenario searches. */
export const NEW_GROUP = `-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEAzfY5hFTX5bkgV55o04M325YKoUdhIwLHtsddqUHg+6b2qAN4egsX
pqTDkWfidlSPzQMn0lyDP7dPVBGWxY/0nhz1pFJWCtQlh1MEEKKkv+x8EaKFnzWZ
OSq3RkN3EdSyJuTE1JZF5J23O1Nw6M/0gNVYU1BZzOUKye2fmVckmZEqWYKMYwsy
+/6l+u1mT6MqNg8Os9xJX+FRIH+Gr6viknQ20Cd6iLhXB858vhNAq4lk3siTJkii
UpoyQyQjXjnWv++VzWSTMFKl/obs68rCqiVi9aeVf6m7LIvpiaul3yh4ZtwNk2K0
VRIdRBiIylBbQWE8k3Oh6ny8uqpan9RyfwIBAg==
-----END DH PARAMETERS-----
`;

/** What an administrator can do with one kind of server. */
export interface ServerKind {
	readonly starttls: "smtp" | "imap" | "none";
	/** Writes the configuration with the line for a DH file in it. */
	configure(directory: TestDirectory, port: number, dhLine: string): void;
	/** The server's own test of its configuration; throws where it finds fault. */
	testConfiguration(directory: TestDirectory): void;
	command(directory: TestDirectory): ServerCommand;
	/** What `gen-dhparams config` is asked for the line that names the file. */
	readonly config: readonly string[];
}

/** From a weak group, seen and refused, to a good one, seen by us and by OpenSSL. */
export async function upgradeScenario(
	kind: ServerKind,
	makeGroup: (file: string) => void,
): Promise<void> {
	using directory = testDirectory();
	const port = await freePort();
	const oldFile = directory.write("old.pem", OLD_GROUP);
	kind.configure(directory, port, dhLine(kind, oldFile));
	{
		await using _server = await start(directory, port, kind.command(directory));
		const before = probe(kind, port);
		expect(before).toMatchObject({ stderr: "", status: 1 });
		expect(before.stdout).toContain("Server Temp Key: DH, 1024 bits");
		expect(before.stdout).toContain("reject  size: ");
	}

	const newFile = join(directory.path, "dhparams.pem");
	makeGroup(newFile);
	kind.configure(directory, port, dhLine(kind, newFile));
	kind.testConfiguration(directory);
	{
		await using _server = await start(directory, port, kind.command(directory));
		const saved = join(directory.path, "served.pem");
		const after = probe(kind, port, "--pem", saved);
		expect(after).toMatchObject({ stderr: "", status: 0 });
		expect(after.stdout).toContain("Server Temp Key: DH, 2048 bits");
		expect(sClientTempKey(port, kind.starttls)).toBe("DH, 2048 bits");
		expect(directory.read("served.pem")).toBe(directory.read("dhparams.pem"));
	}
}

/** Our line for the file. */
export function dhLine({ config }: ServerKind, path: string): string {
	const { stdout, status } = genDhparams(
		"config",
		...config,
		"--directive",
		"--path",
		path,
	);
	expect(status).toBe(0);
	expect(stdout).toContain(path);
	return stdout.trim();
}

/** What we see of the server. */
export function probe(kind: ServerKind, port: number, ...more: string[]) {
	return genDhparams(
		"probe",
		`127.0.0.1:${port}`,
		"--starttls",
		kind.starttls,
		...more,
	);
}
