import type { Server } from "./server.js";

// Tried with Tomcat 10.1 and OpenJDK 17 of Debian 12.

export const java: Server = {
	id: "java",
	name: "Java (JSSE)",
	aliases: ["jdk", "openjdk", "jsse", "jetty"],
	path: "/etc/ssl/dhparams.pem",
	probe: "www.example.org:443",
	variants: [
		{
			applies: "8 and later",
			since: "8",
			directive: () => "-Djdk.tls.ephemeralDHKeySize=2048",
			file: "the options of the java command",
			holds: "no file: the option takes 1024 to 8192, a multiple of 64",
			notes: [
				"Java reads no file: the group is built in, and the option sets its size. 1024 bits without it before Java 20, 2048 since.",
				"Since 13 Java serves a group of RFC 7919 to clients that name one.",
				"A group of your own can be served by a proxy in front of it, such as HAProxy or nginx.",
			],
			disable: {
				directive:
					"jdk.tls.disabledAlgorithms=SSLv3, TLSv1, TLSv1.1, DTLSv1.0, RC4, DES, MD5withRSA, DH keySize < 1024, EC keySize < 224, 3DES_EDE_CBC, anon, NULL, ECDH, DHE",
				file: "a file that -Djava.security.properties=FILE names, or conf/security/java.security of the JDK",
				notes: [
					"This is OpenJDK 17's list with DHE at its end: take your JDK's own list and add DHE to it.",
				],
			},
		},
	],
	sources: [
		"https://docs.oracle.com/en/java/javase/17/security/java-secure-socket-extension-jsse-reference-guide.html",
		"https://bugs.openjdk.org/browse/JDK-8301700",
	],
};

export const tomcat: Server = {
	id: "tomcat",
	name: "Tomcat",
	aliases: ["tomcat9", "tomcat10", "catalina"],
	path: "/etc/tomcat10/dhparams.pem",
	probe: "www.example.org:8443",
	variants: [
		{
			applies: "8.5 and later with Java's TLS (JSSE)",
			since: "8.5",
			directive: () => 'JSSE_OPTS="-Djdk.tls.ephemeralDHKeySize=2048"',
			file: "bin/setenv.sh (Debian: /etc/default/tomcat10)",
			holds: "no file: the option takes 1024 to 8192, a multiple of 64",
			reload: "systemctl restart tomcat10",
			notes: [
				"No line is needed: catalina.sh sets this option by itself.",
				"Java reads no file: the group is built in, and the option sets its size.",
				"With Tomcat Native (OpenSSL), parameters are appended to the file of certificateFile.",
			],
			disable: {
				directive: 'ciphers="HIGH:!aNULL:!kDHE"',
				file: "an attribute of <SSLHostConfig> in conf/server.xml (Debian: /etc/tomcat10/server.xml)",
				notes: [
					"Tomcat takes OpenSSL's syntax, with Java's TLS too.",
					"Where ciphers is set already, add `:!kDHE` to it.",
				],
			},
		},
	],
	sources: [
		"https://tomcat.apache.org/tomcat-10.1-doc/config/http.html",
		"https://github.com/apache/tomcat/blob/main/bin/catalina.sh",
	],
};
