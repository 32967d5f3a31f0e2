import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ROOT_CONTEXT, SpanStatusCode, trace, type Context, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, RandomIdGenerator } from '@opentelemetry/sdk-trace-base';
import { InvestigationTraces } from '../investigations';
import { Rounds, RUNTIME, type Runtime } from '../platform';
import { traceOf, type Piece } from './trace';

const EVERY_MS = 2_000;
const BATCH = 10;
/** Five spans a run; what a fleet of ten thousand gives at once fits. */
const MAX_QUEUE = 65_536;

/** An investigation's trace has the investigation's id: 32 hexadecimal digits, as it happens. */
class InvestigationIds extends RandomIdGenerator {
  traceId = '';
  override generateTraceId = (): string => this.traceId;
}

/** Exports each investigation that has ended as one trace over OTLP/HTTP. Made from what is stored: a restart loses none. */
@Injectable()
export class Traces implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Traces');
  private readonly ids = new InvestigationIds();
  private provider: BasicTracerProvider | undefined;
  private readonly rounds = new Rounds(EVERY_MS, (error) =>
    this.log.warn({ err: error }, 'traces could not be exported'),
  );

  constructor(
    private readonly investigations: InvestigationTraces,
    @Inject(RUNTIME) private readonly runtime: Runtime,
  ) {}

  onApplicationBootstrap(): void {
    const { tracesUrl: url, version } = this.runtime;
    if (url === null) return;
    this.provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'fleetscope', 'service.version': version }),
      idGenerator: this.ids,
      spanProcessors: [
        new BatchSpanProcessor(new OTLPTraceExporter({ url }), { maxQueueSize: MAX_QUEUE, maxExportBatchSize: 512 }),
      ],
    });
    const tracer = this.provider.getTracer('fleetscope', version);
    this.rounds.start(() => this.exportEnded(tracer));
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
    await this.provider?.shutdown().catch(() => undefined);
  }

  private async exportEnded(tracer: Tracer): Promise<void> {
    for (const investigation of await this.investigations.takeEnded(BATCH)) {
      this.ids.traceId = investigation.id.replaceAll('-', '');
      this.record(tracer, traceOf(investigation), ROOT_CONTEXT);
    }
    await this.provider?.forceFlush();
  }

  private record(tracer: Tracer, { name, from, to, attributes, failed, parts }: Piece, parent: Context): void {
    const span = tracer.startSpan(name, { startTime: from, attributes: { ...attributes } }, parent);
    if (failed !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: failed });
    const within = trace.setSpan(parent, span);
    for (const part of parts) this.record(tracer, part, within);
    span.end(to);
  }
}
