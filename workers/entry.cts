/**
 * What Piscina loads in every worker thread: the tasks by name, each loaded when it is first run.
 *
 * A CommonJS module on purpose. Piscina calls `require` before it tries `import`, and where `require` meets an ES module,
 * Node 20.20 aborts the whole process if the thread is terminated while the module is linked: InstantiateSync in its
 * src/module_wrap.cc asks for IsGraphAsync although the link was cut off. `import` is not affected. In the package the tasks
 * are CommonJS too, and `require` loads them.
 */
export = {
	sieve: async (task: never) => (await import("./sieve.js")).default(task),
	fermat: async (task: never) => (await import("./fermat.js")).default(task),
	verify: async (task: never) => (await import("./verify.js")).default(task),
	rounds: async (task: never) => (await import("./rounds.js")).default(task),
	sets: async (task: never) => (await import("./sets.js")).default(task),
	quick: async (task: never) => (await import("./quick.js")).default(task),
};
