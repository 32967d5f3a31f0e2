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
export { LocalTransport, type LocalLimits } from './local.transport';
export { type ReadKeyFile } from './ssh-connection';
export { SSH_LIMITS, SshTransport, type SshTransportLimits } from './ssh.transport';
export * from './transport';
