import { type Identity } from '@fleetscope/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { createZodDto } from '../platform';
import { Caller, Needs, Reaches } from '../access';
import { SecretsService, type SecretView } from './secrets.service';

const secretNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'expected lower-case letters, digits and dashes');
class SecretParamDto extends createZodDto(z.object({ name: secretNameSchema })) {}
class SecretInputDto extends createZodDto(z.strictObject({ privateKey: z.string().min(32).max(65_536) })) {}
class SecretDto extends createZodDto(
  z.object({ name: z.string(), kind: z.string(), createdAt: z.iso.datetime(), createdBy: z.string() }),
) {}

class RotationDto extends createZodDto(z.object({ changed: z.int() })) {}

@ApiTags('secrets')
@Controller('api/v1/secrets')
@Needs('admin')
@Reaches('fleet')
export class SecretsController {
  constructor(private readonly secrets: SecretsService) {}

  @Get()
  @ZodResponse({ status: 200, type: [SecretDto] })
  list(): Promise<SecretView[]> {
    return this.secrets.list();
  }

  /** A new key for the secrets at rest, and all of them under it. What broke off is gone on with. */
  @Post('rotate')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: RotationDto })
  async rotate(@Caller() caller: Identity): Promise<{ changed: number }> {
    return { changed: await this.secrets.rotate(caller.name) };
  }

  /** Stores a private key; no call gives it back. */
  @Put(':name')
  @HttpCode(204)
  put(
    @Param() { name }: SecretParamDto,
    @Body() { privateKey }: SecretInputDto,
    @Caller() caller: Identity,
  ): Promise<void> {
    return this.secrets.put(name, privateKey, caller.name);
  }

  @Delete(':name')
  @HttpCode(204)
  remove(@Param() { name }: SecretParamDto, @Caller() caller: Identity): Promise<void> {
    return this.secrets.remove(name, caller.name);
  }
}
