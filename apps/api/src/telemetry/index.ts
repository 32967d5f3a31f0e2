export { MetricsService } from './metrics.service';
export { TelemetryModule } from './telemetry.module';
