// CASEGRAPH_WORKERS is filled in by build.mjs: the hashed file name of each worker, beside this script.
const here = document.currentScript.src;

globalThis.MonacoEnvironment = {
  getWorker(_, label) {
    const name = CASEGRAPH_WORKERS[label] ?? CASEGRAPH_WORKERS.editor;
    return new Worker(new URL(name, here));
  },
};

// Closing an editor cancels what it still had to do, and the editor reports that as an unhandled rejection.
addEventListener("unhandledrejection", (event) => {
  if (event.reason?.name === "Canceled") event.preventDefault();
});
