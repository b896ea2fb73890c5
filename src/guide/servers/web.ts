import { TLS13_CURVES, TLS13_NOTE } from "./disable.js";
import type { Server } from "./server.js";

// Tried with nginx 1.22.1, Apache 2.4.71, lighttpd 1.4.69 and Node.js 20 of Debian 12, OpenSSL 3.0.

export const nginx: Server = {
	id: "nginx",
	name: "nginx",
	aliases: ["openresty", "angie"],
	path: "/etc/nginx/dhparams.pem",
	probe: "www.example.org:443",
	variants: [
		{
			applies: "all versions",
			directive: (path) => `ssl_dhparam ${path};`,
			file: "the http or server block, such as /etc/nginx/conf.d/tls.conf",
			test: "nginx -t",
			testReports: ["missing", "garbage", "small"],
			reload: "nginx -s reload",
			notes: [
				"Since 1.11.0 no DHE is offered without it; before that, a built-in group of 1024 bits.",
				"Mozilla's intermediate configuration names ffdhe2048: gen-dhparams groups ffdhe2048",
			],
			disable: {
				directive: "ssl_ciphers HIGH:!aNULL:!MD5:!kDHE;",
				tls13: "ssl_ecdh_curve X25519:prime256v1:secp384r1;",
				notes: [
					"Since 1.11.0 it is enough to remove ssl_dhparam. The line keeps DHE off should one come back.",
					"Where there is an ssl_ciphers line already, add `:!kDHE` to it.",
					TLS13_NOTE,
				],
			},
		},
	],
	sources: [
		"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_dhparam",
		"https://nginx.org/en/CHANGES",
	],
};

const APACHE_OFF = {
	directive: "SSLCipherSuite HIGH:!aNULL:!kDHE",
	file: "the virtual host or ssl.conf",
};

export const apache: Server = {
	id: "apache",
	name: "Apache httpd",
	aliases: ["apache2", "httpd", "mod_ssl"],
	path: "/etc/ssl/dhparams.pem",
	probe: "www.example.org:443",
	program: {
		names: ["apache2", "httpd"],
		version: [/^Server version: Apache\/(\d\S*)/m, "-v"],
	},
	variants: [
		{
			applies: "2.4.60 and later",
			since: "2.4.60",
			file: "the first file of SSLCertificateFile",
			make: (path) =>
				`gen-dhparams 2048 --out ${path} && cat ${path} >> /etc/ssl/certs/www.example.org.pem`,
			test: "apachectl configtest",
			testReports: [],
			reload: "apachectl graceful",
			notes: [
				"No line is needed: Apache serves a standard group as large as the certificate's RSA key.",
				"A group of your own has to be appended to the certificate's file. SSLOpenSSLConfCmd DHParameters names a file, which is read, and yet the standard group is served (seen with 2.4.71 and OpenSSL 3.0).",
				"Where the certificate is renewed by a program, such as certbot, append the group again in its deploy hook.",
				"Parameters of fewer bits than OpenSSL allows are passed over, and the standard group is served.",
			],
			disable: {
				...APACHE_OFF,
				tls13: `SSLOpenSSLConfCmd Groups ${TLS13_CURVES}`,
				notes: [
					"Where there is such a line already, add `:!kDHE` to it.",
					TLS13_NOTE,
				],
			},
		},
		{
			applies: "2.4.8 to 2.4.59 with OpenSSL 1.0.2 and later",
			since: "2.4.8",
			directive: (path) => `SSLOpenSSLConfCmd DHParameters "${path}"`,
			file: "the virtual host or ssl.conf",
			test: "apachectl configtest",
			reload: "apachectl graceful",
			notes: [
				"Without it Apache serves a standard group as large as the certificate's RSA key since 2.4.7: that is enough.",
				"Probe the server afterwards: with OpenSSL 3 the standard group may be served all the same.",
				"Parameters appended to the file of SSLCertificateFile are not found where OpenSSL 3 is used, before 2.4.60.",
			],
			disable: {
				...APACHE_OFF,
				notes: ["Where there is such a line already, add `:!kDHE` to it."],
			},
		},
		{
			applies: "2.4.7, and 2.2 with a vendor's patch",
			since: "2.2",
			file: "the first file of SSLCertificateFile",
			make: "gen-dhparams 2048 >> /etc/ssl/certs/www.example.org.pem",
			test: "apachectl configtest",
			reload: "apachectl graceful",
			notes: [
				"There is no option: the parameters are appended to the certificate's file.",
				"Apache 2.2 and 2.4 up to 2.4.6 serve 1024 bits (512 to export clients) and read no file: upgrade, or switch DHE off.",
			],
			disable: {
				...APACHE_OFF,
				directive: "SSLCipherSuite HIGH:!aNULL:!kEDH",
				notes: ["kEDH is the name of kDHE before OpenSSL 1.0.2."],
			},
		},
	],
	sources: [
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslcertificatefile",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslopensslconfcmd",
		"https://github.com/apache/httpd/pull/447",
	],
};

const LIGHTTPD_FILE = 'the $SERVER["socket"] block or lighttpd.conf';

export const lighttpd: Server = {
	id: "lighttpd",
	name: "lighttpd",
	aliases: [],
	path: "/etc/lighttpd/dhparams.pem",
	probe: "www.example.org:443",
	program: {
		names: ["lighttpd"],
		version: [/^lighttpd\/(\d\S*)/m, "-v"],
	},
	variants: [
		{
			applies: "1.4.48 and later with mod_openssl",
			since: "1.4.48",
			directive: (path) =>
				`ssl.openssl.ssl-conf-cmd += ( "DHParameters" => "${path}" )`,
			file: LIGHTTPD_FILE,
			ignoresFile: true,
			test: "lighttpd -tt -f /etc/lighttpd/lighttpd.conf",
			testReports: ["missing", "garbage", "small"],
			reload: "systemctl restart lighttpd",
			notes: [
				"No line is needed: OpenSSL chooses a standard group as large as the certificate's RSA key.",
				"With OpenSSL 3.0 that group is served although the line is there and the file is read (seen with 1.4.69): probe the server to see which one it is.",
			],
			disable: {
				directive:
					'ssl.openssl.ssl-conf-cmd += ( "CipherString" => "HIGH:!aNULL:!kDHE" )',
				tls13: `ssl.openssl.ssl-conf-cmd += ( "Groups" => "${TLS13_CURVES}" )`,
				notes: [
					"Where CipherString is set already, add `:!kDHE` to it.",
					TLS13_NOTE,
				],
			},
		},
		{
			applies: "1.4.29 and later",
			since: "1.4.29",
			directive: (path) => `ssl.dh-file = "${path}"`,
			file: LIGHTTPD_FILE,
			test: "lighttpd -t -f /etc/lighttpd/lighttpd.conf",
			reload: "systemctl restart lighttpd",
			notes: [
				"Without it a built-in group of 1024 bits is served.",
				"1.4.69 does not know this line any more: it warns and goes on.",
			],
			disable: {
				directive: 'ssl.cipher-list = "HIGH:!aNULL:!kEDH"',
				notes: ["kEDH is the name of kDHE before OpenSSL 1.0.2."],
			},
		},
	],
	sources: ["https://redmine.lighttpd.net/projects/lighttpd/wiki/Docs_SSL"],
};

export const node: Server = {
	id: "node",
	name: "Node.js",
	aliases: ["nodejs", "tls.createserver", "https"],
	path: "/etc/ssl/dhparams.pem",
	probe: "www.example.org:443",
	variants: [
		{
			applies: "all versions",
			directive: (path) =>
				`dhparam: require("node:fs").readFileSync(${JSON.stringify(path)}),`,
			file: "the options of tls.createServer or https.createServer",
			holds:
				'DH parameters in PEM; since 18.16, "auto" in place of the file\'s content means a standard group',
			notes: [
				"Without it no DHE is offered, only ECDHE and TLS 1.3: enough for all current clients.",
				"The program throws at start where the file is missing or unreadable.",
				"Less than 1024 bits is an error: DH parameter is less than 1024 bits.",
			],
			disable: {
				directive: 'ciphers: require("node:tls").DEFAULT_CIPHERS + ":!kDHE",',
				tls13: `ecdhCurve: "${TLS13_CURVES}",`,
				notes: [
					"Without the option dhparam there is no DHE: remove it. The line keeps DHE off should it come back.",
					TLS13_NOTE,
				],
			},
		},
	],
	sources: ["https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions"],
};
