export { EvidenceModule } from './evidence.module';
export { EvidenceService, type NewEvidence } from './evidence.service';
