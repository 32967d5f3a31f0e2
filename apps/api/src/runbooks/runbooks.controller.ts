import { runbookSchema, type Runbook } from '@fleetscope/contracts';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { Reaches } from '../access';
import { createZodDto } from '../platform';
import { CatalogueService } from './catalogue.service';

class RunbookDto extends createZodDto(runbookSchema) {}

@ApiTags('runbooks')
@Controller('api/v1/runbooks')
@Reaches('nothing')
export class RunbooksController {
  constructor(private readonly catalogue: CatalogueService) {}

  @Get()
  @ZodResponse({ status: 200, type: [RunbookDto] })
  list(): Runbook[] {
    return this.catalogue.list();
  }

  /** By id or alias. */
  @Get(':name')
  @ZodResponse({ status: 200, type: RunbookDto })
  get(@Param('name') name: string): Runbook {
    return this.catalogue.get(name);
  }
}
