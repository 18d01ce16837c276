// Runs the runtime of the pages in Node: a job comes as JSON, an answer goes out as JSON.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const job = JSON.parse(readFileSync(0, "utf8"));

/** Return a script as a browser decodes it: by its byte order mark. */
function script(path) {
  const bytes = readFileSync(path);
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(wide ? "utf-16le" : "utf-8").decode(bytes);
}

const load = async (file) => vm.runInThisContext(script(job.model), file);
vm.runInThisContext(script(job.runtime), "living.js");

const jobs = {
  /** The logits after each token, and what the last step shows of the layers. */
  async logits() {
    const network = await living.open("model", load);
    const state = network.begin();
    const seen = {};
    const found = job.tokens.map((token) => Array.from(network.step(token, state,
      (layer, part, values) => (seen[`${layer} ${part}`] = Array.from(values)))));
    return { logits: found, seen, tokens: network.tokens };
  },
  /** The predictions of a series, a row for each number of steps ahead. */
  async ahead() {
    return (await living.open("model", load)).ahead();
  },
  async trouble() {
    return living.open("model", load).then(() => "opened", (error) => error.message);
  },
  async encode() {
    const network = await living.open("model", load);
    return job.texts.map((text) => [network.normalize(text), network.encode(network.normalize(text))]);
  },
  /** Characters in a second of the processor's time, whatever else it does; the best of some rounds. */
  async speed() {
    const network = await living.open("model", load);
    const state = network.begin();
    let best = 0;
    for (let round = 0; round < 12; round++) {
      const start = process.cpuUsage();
      for (let step = 0; step < 150; step++) {
        living.draw(living.chances(network.step(1 + (step % 9), state), 0.5), 0.5);
      }
      const { user, system } = process.cpuUsage(start); // microseconds
      best = Math.max(best, 150e6 / (user + system));
    }
    return best;
  },
  async draws() {
    const random = living.generator(job.seed);
    return Array.from({ length: job.count }, random);
  },
  async chances() {
    return Array.from(living.chances(Float32Array.from(job.logits), job.temperature));
  },
};

console.log(JSON.stringify(await jobs[job.do ?? "logits"]()));
