import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { canRun, genDhparams, type TestDirectory } from "./program.js";
import { type ServerKind, upgradeScenario } from "./upgrade-scenario.js";

const NGINX = "/usr/sbin/nginx";

const nginx: ServerKind = {
	starttls: "none",
	configure({ path, write }, port, dhLine) {
		write(
			"nginx.conf",
			`daemon off;
pid ${path}/nginx.pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path ${path}/body;
	proxy_temp_path ${path}/proxy;
	fastcgi_temp_path ${path}/fastcgi;
	uwsgi_temp_path ${path}/uwsgi;
	scgi_temp_path ${path}/scgi;
	server {
		listen 127.0.0.1:${port} ssl;
		ssl_certificate ${path}/cert.pem;
		ssl_certificate_key ${path}/key.pem;
		ssl_ciphers ALL:!aNULL:@SECLEVEL=0;
		${dhLine}
	}
}
`,
		);
	},
	testConfiguration: (directory) =>
		execFileSync(NGINX, ["-t", ...options(directory)], { stdio: "ignore" }),
	command: (directory) => ({ command: NGINX, args: options(directory) }),
	config: ["nginx"],
};

function options({ path }: TestDirectory): string[] {
	return ["-p", path, "-c", `${path}/nginx.conf`, "-e", "stderr"];
}

describe.runIf(canRun(NGINX))("nginx", () => {
	test("goes from a weak group to a fresh one", async () => {
		await upgradeScenario(nginx, (file) => {
			// The one scenario with a search of its own.
			expect(genDhparams("2048", "--out", file).status).toBe(0);
		});
	}, 450_000);
});
