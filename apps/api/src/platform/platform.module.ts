import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Clock } from './clock';
import { Database } from './database.service';
import { HealthController } from './health.controller';
import { PostgresBus } from './postgres-bus';
import { RUNTIME, type Runtime } from './runtime';
import { SecretBox } from './secret-box';

@Global()
@Module({})
export class PlatformModule {
  static with(runtime: Runtime): DynamicModule {
    const shared = [{ provide: RUNTIME, useValue: runtime }, Clock, Database, PostgresBus, SecretBox];
    return { module: PlatformModule, controllers: [HealthController], providers: shared, exports: shared };
  }
}
