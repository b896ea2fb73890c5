import type { Server } from "./server.js";

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
			reload: "nginx -s reload",
			notes: [
				"Since 1.11.0 no DHE is offered without it; before that, a built-in group of 1024 bits.",
				"Mozilla's intermediate configuration names ffdhe2048: gen-dhparams groups ffdhe2048",
			],
		},
	],
	sources: [
		"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_dhparam",
		"https://nginx.org/en/CHANGES",
	],
};

export const apache: Server = {
	id: "apache",
	name: "Apache httpd",
	aliases: ["apache2", "httpd", "mod_ssl"],
	path: "/etc/ssl/dhparams.pem",
	probe: "www.example.org:443",
	variants: [
		{
			applies: "2.4.8 and later with OpenSSL 1.0.2 and later",
			since: "2.4.8",
			directive: (path) => `SSLOpenSSLConfCmd DHParameters "${path}"`,
			file: "the virtual host or ssl.conf",
			test: "apachectl configtest",
			reload: "apachectl graceful",
			notes: [
				"Without it Apache serves a standard group as large as the certificate's RSA key since 2.4.7: that is enough.",
				"Parameters appended to the file of SSLCertificateFile are not found where OpenSSL 3 is used, before 2.4.60.",
			],
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
				"Apache 2.2 and 2.4 up to 2.4.6 serve 1024 bits (512 to export clients) and read no file: upgrade, or leave DHE out with SSLCipherSuite …:!kEDH",
			],
		},
	],
	sources: [
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslcertificatefile",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslopensslconfcmd",
		"https://github.com/apache/httpd/pull/447",
	],
};

export const haproxy: Server = {
	id: "haproxy",
	name: "HAProxy",
	aliases: [],
	path: "/etc/haproxy/dhparams.pem",
	probe: "www.example.org:443",
	variants: [
		{
			applies: "1.6 and later",
			since: "1.6",
			directive: (path) => `ssl-dh-param-file ${path}`,
			file: "the global section of /etc/haproxy/haproxy.cfg",
			test: "haproxy -c -f /etc/haproxy/haproxy.cfg",
			reload: "systemctl reload haproxy",
			notes: [
				"Parameters in the file of `crt` come first, and are used for that certificate alone.",
				"Without either: a standard group up to tune.ssl.default-dh-param, 2048 bits since 2.2, 1024 before; since 2.6 no DHE at all where that is unset.",
			],
		},
		{
			applies: "1.5",
			since: "1.5",
			directive: () => "tune.ssl.default-dh-param 2048",
			file: "the global section of /etc/haproxy/haproxy.cfg",
			test: "haproxy -c -f /etc/haproxy/haproxy.cfg",
			reload: "systemctl reload haproxy",
			notes: [
				"A standard group, RFC 3526. A group of your own is appended to the file of `crt`.",
			],
		},
	],
	sources: [
		"https://docs.haproxy.org/2.6/configuration.html#3.1-ssl-dh-param-file",
		"https://docs.haproxy.org/2.6/configuration.html#3.2-tune.ssl.default-dh-param",
	],
};

export const lighttpd: Server = {
	id: "lighttpd",
	name: "lighttpd",
	aliases: [],
	path: "/etc/lighttpd/dhparams.pem",
	probe: "www.example.org:443",
	variants: [
		{
			applies: "1.4.48 and later with mod_openssl",
			since: "1.4.48",
			directive: (path) =>
				`ssl.openssl.ssl-conf-cmd += ( "DHParameters" => "${path}" )`,
			file: 'the $SERVER["socket"] block or lighttpd.conf',
			test: "lighttpd -tt -f /etc/lighttpd/lighttpd.conf",
			reload: "systemctl restart lighttpd",
			notes: [
				"Since 1.4.68 the default ciphers hold no DHE: clients of today use ECDHE or TLS 1.3, and there is nothing to do.",
			],
		},
		{
			applies: "1.4.29 and later",
			since: "1.4.29",
			directive: (path) => `ssl.dh-file = "${path}"`,
			file: 'the $SERVER["socket"] block or lighttpd.conf',
			test: "lighttpd -t -f /etc/lighttpd/lighttpd.conf",
			reload: "systemctl restart lighttpd",
			notes: ["Without it a built-in group of 1024 bits is served."],
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
			notes: [
				"Without it no DHE is offered, only ECDHE and TLS 1.3: enough for all clients of today.",
				'Since 18.16 and 20 "auto" leaves the choice to OpenSSL, which takes a standard group.',
				"Less than 1024 bits is an error: DH parameter is less than 1024 bits.",
			],
		},
	],
	sources: ["https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions"],
};
