export type Log = (message: string) => void;

/** One line an event; journald adds the time. Text from elsewhere can't steer a terminal. */
export const log: Log = (message) => {
  process.stderr.write(`fleetscope-agent: ${message.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')}\n`);
};
