import {
  passwordInputSchema,
  personInputSchema,
  personNameSchema,
  personUpdateSchema,
  personViewSchema,
  type Identity,
  type PersonView,
} from '@fleetscope/contracts';
import { Body, Controller, Get, HttpCode, Param, Patch, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { createZodDto } from '../platform';
import { PeopleService } from './people.service';
import { Reaches } from './reach';
import { Caller, Needs } from './roles';

class PersonDto extends createZodDto(personViewSchema) {}
class PersonInputDto extends createZodDto(personInputSchema) {}
class PersonUpdateDto extends createZodDto(personUpdateSchema) {}
class PasswordDto extends createZodDto(passwordInputSchema) {}
class PersonParamDto extends createZodDto(z.object({ name: personNameSchema })) {}

@ApiTags('access')
@Controller('api/v1/users')
@Needs('admin')
@Reaches('fleet')
export class PeopleController {
  constructor(private readonly people: PeopleService) {}

  @Get()
  @ZodResponse({ status: 200, type: [PersonDto] })
  list(): Promise<PersonView[]> {
    return this.people.list();
  }

  /** A local account. The password is kept as an argon2id hash; no call gives it back. */
  @Post()
  @ZodResponse({ status: 201, type: PersonDto })
  add(@Body() input: PersonInputDto, @Caller() caller: Identity): Promise<PersonView> {
    return this.people.add(input, caller.name);
  }

  /** Role, scope, and whether the account may sign in. Of people of an identity provider, its next word counts. */
  @Patch(':name')
  @ZodResponse({ status: 200, type: PersonDto })
  change(
    @Param() { name }: PersonParamDto,
    @Body() update: PersonUpdateDto,
    @Caller() caller: Identity,
  ): Promise<PersonView> {
    return this.people.change(name, update, caller.name);
  }

  @Put(':name/password')
  @HttpCode(204)
  setPassword(
    @Param() { name }: PersonParamDto,
    @Body() { password }: PasswordDto,
    @Caller() caller: Identity,
  ): Promise<void> {
    return this.people.setPassword(name, password, caller.name);
  }
}
