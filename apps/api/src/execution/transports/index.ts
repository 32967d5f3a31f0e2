export { AgentTransport } from './agent.transport';
export { HandshakeGate, type HandshakeLimits } from './handshake-gate';
export { hostKeyOrder, judgeHostKey, presentedKeyOf } from './host-keys';
export {
  type KnownHostKeys,
  type KnownHosts,
  type KnownHostsEntry,
  lookupKnownHost,
  parseKnownHosts,
} from './known-hosts';
export { LocalTransport } from './local.transport';
export { OpenSshTransport } from './openssh.transport';
export { type ReadKeyFile } from './ssh-connection';
export { SSH_LIMITS, SshTransport, type SshTransportLimits } from './ssh.transport';
export * from './transport';
