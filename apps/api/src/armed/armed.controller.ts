import {
  armedInputSchema,
  armedSchema,
  type ArmedView,
  type Identity,
  scheduleNameSchema,
} from '@fleetscope/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Caller, Needs } from '../access';
import { createZodDto } from '../platform';
import { ArmedService } from './armed.service';

class ArmedInputDto extends createZodDto(armedInputSchema) {}
class ArmedDto extends createZodDto(armedSchema) {}
class ArmedParamDto extends createZodDto(z.object({ name: scheduleNameSchema })) {}

@ApiTags('armed captures')
@Controller('api/v1/armed-captures')
export class ArmedController {
  constructor(private readonly armed: ArmedService) {}

  @Get()
  @ZodResponse({ status: 200, type: [ArmedDto] })
  list(): Promise<ArmedView[]> {
    return this.armed.list();
  }

  /** Watches a cheap condition on some hosts for a while, and starts the capture where it holds. */
  @Post()
  @Needs('operator')
  @ZodResponse({ status: 201, type: ArmedDto })
  arm(@Body() input: ArmedInputDto, @Caller() caller: Identity): Promise<ArmedView> {
    return this.armed.arm(input, caller);
  }

  @Get(':name')
  @ZodResponse({ status: 200, type: ArmedDto })
  get(@Param() { name }: ArmedParamDto): Promise<ArmedView> {
    return this.armed.get(name);
  }

  /** Disarms it; one that has ended is removed. What it caught stays. */
  @Delete(':name')
  @Needs('operator')
  @HttpCode(204)
  remove(@Param() { name }: ArmedParamDto, @Caller() caller: Identity): Promise<void> {
    return this.armed.remove(name, caller.name);
  }
}
