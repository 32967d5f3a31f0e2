// Loaded into a server before its own code (`node --require`): writes how long its event loop was held up since the last
// SIGUSR2 to the file that LOOP_DELAY_FILE names.
const { writeFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
process.on('SIGUSR2', () => {
  const ms = (ns) => Math.round(ns / 1e4) / 100;
  const told = { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) };
  delay.reset();
  writeFileSync(process.env['LOOP_DELAY_FILE'], JSON.stringify(told));
});
