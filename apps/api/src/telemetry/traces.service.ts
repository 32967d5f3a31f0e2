import { Inject, Injectable } from '@nestjs/common';
import { ROOT_CONTEXT, SpanStatusCode, trace, type Context, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, RandomIdGenerator } from '@opentelemetry/sdk-trace-base';
import { type EndedForTrace } from '../investigations';
import { RUNTIME, type Runtime } from '../platform';
import { traceOf, type Piece } from './trace';

/** Five spans a run; what a fleet of ten thousand gives at once fits. */
const MAX_QUEUE = 65_536;

/** An investigation's trace has the investigation's id: 32 hexadecimal digits, as it happens. */
class InvestigationIds extends RandomIdGenerator {
  traceId = '';
  override generateTraceId = (): string => this.traceId;
}

/** Exports investigations that have ended as one trace each over OTLP/HTTP. Made from what is stored: a restart loses none. */
@Injectable()
export class Traces {
  private readonly ids = new InvestigationIds();
  private readonly provider: BasicTracerProvider | null;
  private readonly tracer: Tracer | undefined;

  constructor(@Inject(RUNTIME) { tracesUrl: url, version }: Pick<Runtime, 'tracesUrl' | 'version'>) {
    this.provider =
      url === null
        ? null
        : new BasicTracerProvider({
            resource: resourceFromAttributes({ 'service.name': 'fleetscope', 'service.version': version }),
            idGenerator: this.ids,
            spanProcessors: [
              new BatchSpanProcessor(new OTLPTraceExporter({ url }), {
                ...{ maxQueueSize: MAX_QUEUE, maxExportBatchSize: 512 },
              }),
            ],
          });
    this.tracer = this.provider?.getTracer('fleetscope', version);
  }

  get isWanted(): boolean {
    return this.provider !== null;
  }

  async export(ended: readonly EndedForTrace[]): Promise<void> {
    if (!this.tracer) return;
    for (const investigation of ended) {
      this.ids.traceId = investigation.id.replaceAll('-', '');
      this.record(this.tracer, traceOf(investigation), ROOT_CONTEXT);
    }
    await this.provider?.forceFlush();
  }

  async stop(): Promise<void> {
    await this.provider?.shutdown().catch(() => undefined);
  }

  private record(tracer: Tracer, { name, from, to, attributes, failed, parts }: Piece, parent: Context): void {
    const span = tracer.startSpan(name, { startTime: from, attributes: { ...attributes } }, parent);
    if (failed !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: failed });
    const within = trace.setSpan(parent, span);
    for (const part of parts) this.record(tracer, part, within);
    span.end(to);
  }
}
