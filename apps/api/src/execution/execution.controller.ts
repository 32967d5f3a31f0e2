import {
  frameImportSchema,
  hostCheckSchema,
  hostNameSchema,
  investigationSchema,
  presentedKeySchema,
  trustRequestSchema,
  type HostCheck,
  type Identity,
  type InvestigationView,
  type PresentedKey,
} from '@fleetscope/contracts';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { createZodDto } from '../platform';
import { Caller, Limits, Needs, Reaches } from '../access';
import { InvestigationReader } from '../investigations';
import { HostContactService } from './host-contact.service';
import { ImportService } from './import.service';

class HostParamDto extends createZodDto(z.object({ name: hostNameSchema })) {}
class HostCheckDto extends createZodDto(hostCheckSchema) {}
class PresentedKeyDto extends createZodDto(presentedKeySchema) {}
class TrustDto extends createZodDto(trustRequestSchema) {}
class FrameImportDto extends createZodDto(frameImportSchema) {}
class InvestigationDto extends createZodDto(investigationSchema) {}

@ApiTags('hosts')
@Controller('api/v1/hosts/:name')
@Reaches('host')
export class HostContactController {
  constructor(private readonly contact: HostContactService) {}

  /** Connects, runs the preflight, and says which runbooks could run. A host that only OpenSSH gets into is set to it. */
  @Post('check')
  @Needs('operator')
  @Limits('launches')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: HostCheckDto })
  checkHost(@Param() { name }: HostParamDto, @Caller() caller: Identity): Promise<HostCheck> {
    return this.contact.check(name, caller);
  }

  /** The key the host shows now, whether it is known or not. */
  @Get('presented-key')
  @Needs('operator')
  @ZodResponse({ status: 200, type: PresentedKeyDto })
  presentedKey(@Param() { name }: HostParamDto): Promise<PresentedKey> {
    return this.contact.presentedKey(name);
  }

  /** Trusts the key with this fingerprint; it must be the one that the host shows. */
  @Post('trust')
  @Needs('commander')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: PresentedKeyDto })
  trustHost(
    @Param() { name }: HostParamDto,
    @Body() { fingerprint, replace }: TrustDto,
    @Caller() caller: Identity,
  ): Promise<PresentedKey> {
    return this.contact.trust(name, fingerprint, replace, caller);
  }
}

@ApiTags('investigations')
@Controller('api/v1/imports')
@Reaches('scoped')
export class ImportsController {
  constructor(
    private readonly imports: ImportService,
    private readonly reader: InvestigationReader,
  ) {}

  /** Frames of a probe that was run by hand become a run. */
  @Post()
  @Needs('operator')
  @ZodResponse({ status: 201, type: InvestigationDto })
  async importFrames(@Body() request: FrameImportDto, @Caller() caller: Identity): Promise<InvestigationView> {
    return this.reader.view(await this.imports.import(request, caller), caller.scope);
  }
}
