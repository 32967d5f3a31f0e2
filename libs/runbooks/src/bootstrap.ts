/** The last line of every program: without it the program arrived incomplete and isn't run. */
export const PROGRAM_END = '# fleetscope-end';
/** Exit status of the bootstrap when the program arrived incomplete. */
export const INCOMPLETE_STATUS = 97;

/**
 * The one command a transport executes on a host. It holds no text of any user: the only variable part is a number.
 * The program follows on stdin, exactly `programByteLength` bytes; whatever comes after is the lifeline, which the
 * transport keeps open: closing it (or the line `cancel`) ends the probe.
 *
 * - It must be plain to any login shell (csh and fish included): one single-quoted word, no quotes or `!` inside.
 * - The probe kills its process group, so it takes a session of its own unless it leads its group already
 *   (setsid(1) forks for a group leader, and sshd would take the parent's exit for the end).
 * - `head -c` reads no further than it must from a pipe (busybox reads ahead, but nothing follows until the end).
 */
export const bootstrapCommand = (programByteLength: number, options: { become?: 'sudo' | null } = {}): string => {
  if (!Number.isSafeInteger(programByteLength) || programByteLength <= 0)
    throw new RangeError(`the length of a program must be a positive integer, got ${programByteLength}`);
  const inner =
    `p=\\$(head -c ${programByteLength}); ` +
    `case \\$p in *fleetscope-end) eval \\"\\$p\\";; esac; exit ${INCOMPLETE_STATUS}`;
  const outer =
    'read -r a b c d g x </proc/$$/stat; s=; test "$g" = $$ || s=$(command -v setsid); ' + `exec $s sh -c "${inner}"`;
  return `${options.become === 'sudo' ? 'sudo -n ' : ''}sh -c '${outer}'`;
};
