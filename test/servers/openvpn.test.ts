import { expect, test } from "vitest";
import { configFor, findServer } from "../../src/guide/config.js";
import { run } from "./instances/instances.js";
import {
	canRun,
	freePort,
	type TestDirectory,
	testDirectory,
} from "./program.js";
import { NEW_GROUP } from "./upgrade-scenario.js";

const OPENVPN = "/usr/sbin/openvpn";

// No tunnel device, and no addresses: the control channel is all that is looked at.
function common({ path }: TestDirectory): string {
	return `dev null
proto udp
ca ${path}/cert.pem
cert ${path}/cert.pem
key ${path}/key.pem
cipher AES-256-GCM
verb 4
`;
}

/** What OpenVPN's own client says of the handshake, since its TLS runs inside its own protocol. */
async function clientLog(
	directory: TestDirectory,
	lines: string,
	ciphers: string,
): Promise<string> {
	const port = await freePort();
	const server = directory.write(
		"server.conf",
		`${common(directory)}local 127.0.0.1\nport ${port}\ntls-server\n${lines}\n`,
	);
	const client = directory.write(
		"client.conf",
		`${common(directory)}remote 127.0.0.1 ${port}
nobind
tls-client
tls-version-max 1.2
tls-cipher ${ciphers}
hand-window 20
`,
	);
	// Both end with the script, by their own process ids.
	const script = `
rm -f ${directory.path}/*.log
${OPENVPN} --config ${server} --log ${directory.path}/server.log & server=$!
${OPENVPN} --config ${client} --log ${directory.path}/client.log & client=$!
for i in $(seq 300); do
	grep -q "Control Channel: TLS\\|TLS Error\\|xiting" ${directory.path}/*.log 2>/dev/null && break
	sleep 0.1
done
sleep 0.3
kill $client $server
wait
cat ${directory.path}/client.log`;
	return (await run("sh", ["-c", script])).stdout;
}

const DHE = "TLS-DHE-RSA-WITH-AES-256-GCM-SHA384";
const ECDHE = "TLS-ECDHE-RSA-WITH-AES-256-GCM-SHA384";

test.runIf(canRun(OPENVPN))(
	"OpenVPN serves the group of our line",
	async () => {
		using directory = testDirectory();
		const path = directory.write("dhparams.pem", NEW_GROUP);
		const { directive } = configFor(findServer("openvpn"), { path });
		const log = await clientLog(directory, String(directive), DHE);
		expect(log).toMatch(/Control Channel: TLSv1.2, cipher TLSv1.2 DHE-RSA/);
		expect(log).toMatch(/peer temporary key: 2048 bits DH/);
	},
);

test.runIf(canRun(OPENVPN))("OpenVPN without DHE keeps ECDHE", async () => {
	using directory = testDirectory();
	const { disable } = configFor(findServer("openvpn"), {}).variant;
	const lines = `${disable.directive}\n${disable.tls13}`;
	expect(await clientLog(directory, lines, DHE)).not.toContain(
		"Control Channel: TLS",
	);
	expect(await clientLog(directory, lines, ECDHE)).toMatch(
		/Control Channel: TLSv1.2, cipher TLSv1.2 ECDHE-RSA/,
	);
});
