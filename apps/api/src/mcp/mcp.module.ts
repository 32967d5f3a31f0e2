import { Module } from '@nestjs/common';
import { McpController } from './mcp.controller';
import { OwnRoutes } from './own-routes.service';

/** The Model Context Protocol: what assistants may read, and the one thing that they may start. */
@Module({ controllers: [McpController], providers: [OwnRoutes] })
export class McpModule {}
