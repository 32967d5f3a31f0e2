import {
  analysisVersionSchema,
  ASPECTS,
  cellWhySchema,
  hostAnalysisSchema,
  noteRequestSchema,
  noteSchema,
  RESOURCES,
  similarSchema,
  type AnalysisVersionView,
  type CellWhy,
  type HostAnalysis,
  type Identity,
  type NoteView,
  type SimilarInvestigation,
} from '@fleetscope/contracts';
import { Body, Controller, Get, HttpCode, Param, ParseIntPipe, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Caller, Needs, Reaches } from '../../access';
import { createZodDto, notFound } from '../../platform';
import { NotesService } from './notes.service';
import { ReanalysisService } from './reanalysis.service';
import { WhyService } from './why.service';

class NoteRequestDto extends createZodDto(noteRequestSchema) {}
class NoteDto extends createZodDto(noteSchema) {}
class SimilarDto extends createZodDto(similarSchema) {}
class AnalysisVersionDto extends createZodDto(analysisVersionSchema) {}
class HostAnalysisDto extends createZodDto(hostAnalysisSchema) {}
class CellWhyDto extends createZodDto(cellWhySchema) {}
class CellQueryDto extends createZodDto(z.object({ resource: z.enum(RESOURCES), aspect: z.enum(ASPECTS) })) {}

@ApiTags('investigations')
@Controller('api/v1')
export class ReviewController {
  constructor(
    private readonly notes: NotesService,
    private readonly reanalysis: ReanalysisService,
    private readonly whys: WhyService,
  ) {}

  @Get('investigations/:id/notes')
  @Reaches('investigation')
  @ZodResponse({ status: 200, type: [NoteDto] })
  listNotes(@Param('id', ParseUUIDPipe) id: string): Promise<NoteView[]> {
    return this.notes.list(id);
  }

  /** What it was, what helped: for whoever sees the like again. */
  @Post('investigations/:id/notes')
  @Reaches('investigation')
  @Needs('operator')
  @ZodResponse({ status: 201, type: NoteDto })
  addNote(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { text }: NoteRequestDto,
    @Caller() caller: Identity,
  ): Promise<NoteView> {
    return this.notes.add(id, text, caller.name);
  }

  /** The earlier investigations that look most alike, with what was written on them. */
  @Get('investigations/:id/similar')
  @Reaches('investigation')
  @ZodResponse({ status: 200, type: [SimilarDto] })
  similar(@Param('id', ParseUUIDPipe) id: string, @Caller() { scope }: Identity): Promise<SimilarInvestigation[]> {
    return this.notes.similar(id, scope);
  }

  /** Old evidence through today's parsers, rules and thresholds. What was said before is kept as a version. */
  @Post('investigations/:id/reanalyse')
  @Reaches('whole-investigation')
  @Needs('operator')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: AnalysisVersionDto })
  reanalyse(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Identity): Promise<AnalysisVersionView> {
    return this.reanalysis.reanalyse(id, caller.name);
  }

  /** Versions of the analysis, oldest first; none while it was judged once only. */
  @Get('investigations/:id/analyses')
  @Reaches('whole-investigation')
  @ZodResponse({ status: 200, type: [AnalysisVersionDto] })
  analyses(@Param('id', ParseUUIDPipe) id: string): Promise<AnalysisVersionView[]> {
    return this.reanalysis.list(id);
  }

  /** What one version said of one run. */
  @Get('runs/:id/analyses/:version')
  @Reaches('run')
  @ZodResponse({ status: 200, type: HostAnalysisDto })
  async analysisOf(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('version', ParseIntPipe) version: number,
  ): Promise<HostAnalysis> {
    const analysis = await this.reanalysis.ofRun(id, version);
    if (!analysis) throw notFound(`analysis of run ${id} in version ${version}: it gave nothing to judge`);
    return analysis;
  }

  /** A cell of the USE table opened: rules, bounds, samples, and the lines of evidence with the command that printed them. */
  @Get('runs/:id/why')
  @Reaches('run')
  @Needs('operator')
  @ZodResponse({ status: 200, type: CellWhyDto })
  why(@Param('id', ParseUUIDPipe) id: string, @Query() { resource, aspect }: CellQueryDto): Promise<CellWhy> {
    return this.whys.why(id, resource, aspect);
  }
}
