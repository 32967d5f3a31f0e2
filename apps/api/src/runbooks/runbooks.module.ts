import { Module } from '@nestjs/common';
import { CatalogueService } from './catalogue.service';
import { RunbooksController } from './runbooks.controller';

@Module({ controllers: [RunbooksController], providers: [CatalogueService], exports: [CatalogueService] })
export class RunbooksModule {}
