import { Module } from '@nestjs/common';
import { ProfilesService } from './profiles.service';
import { ObservationsService } from './observations.service';

@Module({ providers: [ObservationsService, ProfilesService], exports: [ObservationsService, ProfilesService] })
export class ObservationsModule {}
