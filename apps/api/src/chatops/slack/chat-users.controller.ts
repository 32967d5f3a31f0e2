import {
  chatUserInputSchema,
  chatUserParamSchema,
  chatUserSchema,
  type ChatUserView,
  type Identity,
} from '@fleetscope/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { Caller, Needs, Reaches } from '../../access';
import { createZodDto } from '../../platform';
import { ChatUsers } from './chat-users.service';

class ChatUserInputDto extends createZodDto(chatUserInputSchema) {}
class ChatUserDto extends createZodDto(chatUserSchema) {}
class ChatUserParamDto extends createZodDto(chatUserParamSchema) {}

/** Who somebody in a chat is here. */
@ApiTags('chat and alerts')
@Controller('api/v1/chat/users')
@Needs('admin')
@Reaches('fleet')
export class ChatUsersController {
  constructor(private readonly users: ChatUsers) {}

  @Get()
  @ZodResponse({ status: 200, type: [ChatUserDto] })
  list(): Promise<ChatUserView[]> {
    return this.users.list();
  }

  @Put(':id')
  @ZodResponse({ status: 200, type: ChatUserDto })
  set(
    @Param() { id }: ChatUserParamDto,
    @Body() input: ChatUserInputDto,
    @Caller() caller: Identity,
  ): Promise<ChatUserView> {
    return this.users.set(id, input, caller);
  }

  @Delete(':id')
  @HttpCode(204)
  remove(@Param() { id }: ChatUserParamDto, @Caller() caller: Identity): Promise<void> {
    return this.users.remove(id, caller.name);
  }
}
