import { Module } from '@nestjs/common';
import { EvidenceService } from './evidence.service';
import { EvidenceStore } from './evidence.store';

@Module({ providers: [EvidenceService, EvidenceStore], exports: [EvidenceService] })
export class EvidenceModule {}
