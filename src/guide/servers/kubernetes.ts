import type { Server } from "./server.js";

// Not tried with a cluster: from the projects' documentation.

const ECDHE_ONLY =
	"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

function secret(namespace: string, key: string): (path: string) => string {
	return (path) =>
		`gen-dhparams 2048 --out ${path} && kubectl create secret generic dhparams --namespace ${namespace} --from-file=${key}=${path}`;
}

export const ingressNginx: Server = {
	id: "ingress-nginx",
	name: "ingress-nginx",
	aliases: ["nginx-ingress"],
	path: "dhparams.pem",
	probe: "www.example.org:443",
	variants: [
		{
			applies: "all versions",
			directive: () => "ssl-dh-param: ingress-nginx/dhparams",
			file: "the data of the ConfigMap ingress-nginx-controller, in the namespace ingress-nginx",
			holds:
				"the name of a Secret, as namespace/name, whose key dhparam.pem holds DH parameters in PEM",
			make: secret("ingress-nginx", "dhparam.pem"),
			reload:
				"kubectl exec --namespace ingress-nginx deploy/ingress-nginx-controller -- grep ssl_dhparam /etc/nginx/nginx.conf",
			notes: [
				"The controller reloads by itself; the second command shows that it has the file.",
				"Without it no DHE is offered, only ECDHE and TLS 1.3: enough for all current clients.",
				"nginxinc/kubernetes-ingress is another program: its ConfigMap takes the parameters themselves, as ssl-dhparam-file.",
			],
			disable: {
				directive: `ssl-ciphers: ${ECDHE_ONLY}`,
				notes: [
					"Without ssl-dh-param there is no DHE: remove that key. The line keeps DHE off should it come back.",
				],
			},
		},
	],
	sources: [
		"https://github.com/kubernetes/ingress-nginx/blob/main/docs/examples/customization/ssl-dh-param/README.md",
		"https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/#ssl-dh-param",
	],
};

export const haproxyIngress: Server = {
	id: "haproxy-ingress",
	name: "HAProxy Ingress",
	aliases: ["jcmoraisjr/haproxy-ingress"],
	path: "dhparams.pem",
	probe: "www.example.org:443",
	variants: [
		{
			applies: "all versions",
			directive: () => "ssl-dh-param: ingress-controller/dhparams",
			file: "the data of the ConfigMap haproxy-ingress, in the namespace ingress-controller",
			holds:
				"the name of a Secret, as namespace/name, whose key dhparam.pem holds DH parameters in PEM",
			make: secret("ingress-controller", "dhparam.pem"),
			notes: [
				"The controller reloads by itself.",
				"Without it a standard group up to ssl-dh-default-max-size: 2048 bits since 0.7, 1024 before.",
				"The default of ssl-ciphers in current versions names ECDHE suites only: there is nothing to do, unless that key is set.",
				"haproxytech/kubernetes-ingress is another program: it takes ssl-dh-param-file in a global-config-snippet.",
			],
			disable: {
				directive: `ssl-ciphers: ${ECDHE_ONLY}`,
				notes: [
					"This is the default of current versions: it is enough to leave the key out.",
				],
			},
		},
	],
	sources: [
		"https://haproxy-ingress.github.io/docs/configuration/keys/#ssl-dh",
	],
};
