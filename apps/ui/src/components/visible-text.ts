/** The web UI and the exported report show a host's text in the same way. */
export { linesOf, visibleText } from '@fleetscope/contracts';
