export { TelemetryModule } from './telemetry.module';
