export { ExecutionModule } from './execution.module';
export { LocalHost } from './local-host.service';
